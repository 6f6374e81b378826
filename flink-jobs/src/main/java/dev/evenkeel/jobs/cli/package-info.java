/** The command line: each command reads its arguments, calls one package, and prints the result. */
package dev.evenkeel.jobs.cli;
