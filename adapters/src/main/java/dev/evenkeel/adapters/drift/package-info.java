/** How far a stream has drifted from the source domain: statistics of windows and divergences. */
package dev.evenkeel.adapters.drift;
