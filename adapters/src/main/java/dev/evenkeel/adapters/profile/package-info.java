/** What a correction or a drift metric needs to know of the source domain, measured once. */
package dev.evenkeel.adapters.profile;
