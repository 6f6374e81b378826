
"use strict";
(() => {
  const { rows } = JSON.parse(document.getElementById("data").textContent);
  const COLOURS = ["#3b7dd8", "#d9822b", "#2f9e5b", "#b23a48", "#7a4fb5", "#12939a", "#c2a400", "#8a5a44",
    "#d45fa0", "#6b7280", "#1f5f8b", "#94a11f", "#e0653a", "#4d4dbf"];
  const FONT = "11px system-ui, 'DejaVu Sans', sans-serif";
  const HEIGHT = 190;

  const digits = value => Number(value.toPrecision(3)).toString();
  const scaled = (value, steps, names) => {
    let i = 0;
    while (i < names.length - 1 && Math.abs(value) >= steps) {
      value /= steps;
      i++;
    }
    return digits(value) + names[i];
  };
  const UNITS = {
    s: value => value !== 0 && Math.abs(value) < 1 ? digits(value * 1000) + " ms" : digits(value) + " s",
    percentunit: value => digits(100 * value) + " %",
    bytes: value => scaled(value, 1024, [" B", " KiB", " MiB", " GiB"]),
    cps: value => scaled(value, 1000, ["", "k", "M"]) + "/s",
    short: value => scaled(value, 1000, ["", "k", "M"]),
    none: digits,
  };

  const element = (parent, name, className, text) => {
    const child = parent.appendChild(document.createElement(name));
    child.className = className || "";
    child.textContent = text || "";
    return child;
  };
  const last = series => {
    const finite = series.values.map(value => Number(value[1])).filter(Number.isFinite);
    return finite.length ? finite[finite.length - 1] : null;
  };

  // Opaque: what lies below is painted over.
  const paler = colour => "#" + [1, 3, 5]
    .map(i => Math.round(0.45 * parseInt(colour.substring(i, i + 2), 16) + 0.55 * 255).toString(16).padStart(2, "0"))
    .join("");

  function lines(box, panel, format) {
    const times = [...new Set(panel.series.flatMap(s => s.values.map(v => v[0])))].sort((a, b) => a - b);
    const stacked = panel.kind === "STACKED";
    let below = times.map(() => 0);
    const columns = panel.series.map(series => {
      const byTime = new Map(series.values.map(v => [v[0], Number(v[1])]));
      const own = times.map(t => Number.isFinite(byTime.get(t)) ? byTime.get(t) : null);
      if (!stacked) {
        return own;
      }
      below = below.map((sum, i) => sum + (own[i] || 0));
      return [...below];
    });
    const order = panel.series.map((series, i) => i);
    if (stacked) {
      order.reverse();
    }
    const colour = i => COLOURS[i % COLOURS.length];
    const highest = Math.max(...columns.flat().filter(Number.isFinite));
    const bound = panel.bound !== undefined && panel.bound < 3 * highest ? panel.bound : null;
    new uPlot({
      width: box.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (plot, min, max) => {
        const low = Math.min(min, bound ?? min, 0);
        const high = Math.max(max, bound ?? max);
        return [low, high > low ? high + 0.08 * (high - low) : low + 1];
      } } },
      axes: [
        { font: FONT, grid: { stroke: "#eceff3" }, ticks: { show: false }, size: 26, space: 90,
          values: (plot, at) => at.map(t => new Date(1000 * t).toISOString().substring(11, 19)) },
        { font: FONT, size: 62, grid: { stroke: "#eceff3" }, ticks: { show: false }, values: (plot, at) => at.map(format) },
      ],
      series: [{}, ...order.map(i => ({ stroke: colour(i), width: 1.5, points: { show: false },
        fill: stacked ? paler(colour(i)) : undefined, spanGaps: false }))],
      hooks: { draw: [plot => {
        if (bound === null) {
          return;
        }
        const y = plot.valToPos(bound, "y", true);
        plot.ctx.save();
        plot.ctx.strokeStyle = "#d0312d";
        plot.ctx.setLineDash([6, 5]);
        plot.ctx.beginPath();
        plot.ctx.moveTo(plot.bbox.left, y);
        plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
        plot.ctx.stroke();
        plot.ctx.restore();
      }] },
    }, [times, ...order.map(i => columns[i])], box);
    const legend = element(box, "div", "legend");
    panel.series.forEach((series, i) => {
      const entry = element(legend, "span");
      element(entry, "i").style.background = colour(i);
      entry.append(series.name);
    });
  }

  const dashboard = document.getElementById("dashboard");
  for (const row of rows) {
    element(dashboard, "h2", "", row.title);
    const grid = element(dashboard, "div", "row");
    for (const panel of row.panels) {
      const box = element(grid, "div", "panel " + panel.kind);
      element(box, "h3", "", panel.title);
      const format = UNITS[panel.unit];
      const series = panel.series.filter(one => last(one) !== null);
      if (!series.length) {
        element(box, "div", "empty", "no data");
      } else if (panel.kind === "NUMBER") {
        element(box, "div", "value", format(last(series[0])));
      } else if (panel.kind === "TABLE") {
        const table = element(box, "table");
        for (const one of series) {
          const line = element(table, "tr");
          element(line, "td", "", one.name);
          element(line, "td", "", format(last(one)));
        }
      } else {
        lines(box, { ...panel, series }, format);
      }
    }
  }
  // For who takes the picture; charts are drawn a little later.
  setTimeout(() => document.body.dataset.height = document.documentElement.scrollHeight, 500);
})();
