/** Which class is answered where wrong answers do not all cost the same. */
package dev.evenkeel.adapters.decision;
