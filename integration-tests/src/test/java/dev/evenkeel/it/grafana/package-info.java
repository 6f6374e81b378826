/** The dashboards that are deployed, as code: what deploy/grafana/dashboards is made from. */
package dev.evenkeel.it.grafana;
