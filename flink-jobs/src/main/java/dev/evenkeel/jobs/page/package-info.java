/** HTML pages that need nothing beside themselves. */
package dev.evenkeel.jobs.page;
