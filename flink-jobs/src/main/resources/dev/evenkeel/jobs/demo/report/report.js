
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { series, phases, recipes, classNames } = data;
  const FONT = "12px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = value => value == null ? "–" : (100 * value).toFixed(1) + " %";
  const grouped = value => value.toLocaleString("en-US");
  const positions = series.positions;

  // A gap at each phase boundary: a window never looks back into another phase, so no line crosses.
  const starts = new Set(phases.slice(1).map(phase => phase.start));
  const withGaps = values => {
    const result = [];
    positions.forEach((position, i) => {
      if (i > 0 && [...starts].some(s => positions[i - 1] <= s && s < position)) {
        result.push(null);
      }
      result.push(values[i]);
    });
    return result;
  };
  const x = (() => {
    const result = [];
    positions.forEach((position, i) => {
      if (i > 0 && [...starts].some(s => positions[i - 1] <= s && s < position)) {
        result.push(positions[i - 1] + 0.5);
      }
      result.push(position);
    });
    return result;
  })();

  function drawPhases(plot) {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = FONT.replace("12px", 12 * ratio + "px");
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    phases.forEach((phase, i) => {
      const left = plot.valToPos(phase.start, "x", true);
      const right = plot.valToPos(phase.start + phase.samples, "x", true);
      if (i % 2 === 0) {
        ctx.fillStyle = colour("--band");
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
      }
      ctx.fillStyle = colour("--muted");
      ctx.fillText(phase.name, (left + right) / 2, bbox.top - 18 * ratio, right - left - 4 * ratio);
    });
    ctx.restore();
  }

  // All y axes are equally wide, so the charts lie exactly one above the other.
  const axis = (label, values, size = 58, labelSize = 26) => ({
    label,
    labelFont: FONT,
    labelSize,
    font: FONT,
    size,
    stroke: () => colour("--muted"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { stroke: () => colour("--line"), width: 1 },
    values: (plot, splits) => splits.map(v => v == null ? "" : values(v)),
  });

  const line = (label, css, value, more) => ({
    label,
    value: (plot, v) => value(v),
    stroke: () => colour(css),
    width: 2,
    points: { show: false },
    ...more,
  });

  const charts = [];

  function chart(id, height, columns, lines, yAxis, yScale, more = {}) {
    const place = document.getElementById(id);
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height,
        padding: [26, 28, 0, 0],
        scales: { x: { time: false, range: [0, data.samples] }, y: yScale },
        axes: [axis("position in the stream (samples)", grouped, 30, 20), yAxis],
        series: [{ label: "sample", value: (u, v) => v == null ? "–" : grouped(Math.floor(v)) }, ...lines],
        cursor: { sync: { key: "evenkeel" }, drag: { x: true, y: false }, ...more.cursor },
        legend: { show: more.legend !== false },
        hooks: { drawClear: [drawPhases], ...more.hooks },
      },
      columns,
      place);
    charts.push({ plot, place, height });
  }

  const atLeast = floor => ({ range: (plot, min, max) => [0, Math.max(floor, max * 1.05)] });

  const recipeLines = value => recipes.map((recipe, i) =>
    line(recipe.recipe, "--recipe" + i, value, { width: i === 0 ? 2.5 : 1.75 }));

  chart("error", 340,
    [x, withGaps(series.sourceErrorRates), ...series.recipes.map(r => withGaps(r.errorRates))],
    [line("source model", "--source", percent, { dash: [6, 4] }), ...recipeLines(percent)],
    axis("wrong answers (%)", v => Math.round(100 * v)), atLeast(0.1));

  function drawLabels(plot) {
    const { ctx } = plot;
    const row = Math.abs(plot.valToPos(1, "y", true) - plot.valToPos(0, "y", true));
    ctx.save();
    series.labelShares.forEach((shares, label) => {
      const top = plot.valToPos(label, "y", true) - row * 0.46;
      shares.forEach((share, i) => {
        if (share > 0) {
          const from = i === 0 ? 0 : positions[i - 1];
          const left = Math.round(plot.valToPos(from, "x", true));
          const right = Math.round(plot.valToPos(positions[i], "x", true));
          ctx.fillStyle = "rgb(" + colour("--heat") + " / " + (0.08 + 0.92 * share) + ")";
          ctx.fillRect(left, top, right - left, row * 0.92);
        }
      });
    });
    ctx.restore();
  }

  chart("labels", 320, [positions, positions.map(() => null)], [{ show: false }],
    { ...axis(null, v => classNames[v] ?? "", 84, 0),
      splits: () => classNames.map((name, i) => i), grid: { show: false } },
    { range: [-0.5, classNames.length - 0.5], dir: -1 },
    { legend: false, hooks: { draw: [drawLabels] }, cursor: { y: false, points: { show: false } } });

  chart("entropy", 220, [x, ...series.recipes.map(r => withGaps(r.entropies))],
    recipeLines(v => v == null ? "–" : v.toFixed(3) + " nats"),
    axis("mean entropy (nats)", v => v.toFixed(1)), atLeast(0.2));

  chart("agreement", 220, [x, ...series.recipes.map(r => withGaps(r.agreements))],
    recipeLines(percent), axis("agreement (%)", v => Math.round(100 * v)), { range: [0, 1.02] });

  const millis = v => v == null ? "–" : grouped(Math.round(v)) + " ms";
  const judged = series.recipes[0];
  chart("latency", 240,
    [x, withGaps(judged.visibleP99), withGaps(judged.visibleP50), withGaps(judged.answerP50)],
    [line("visible, p99", "--muted", millis, { dash: [6, 4] }), line("visible, median", "--recipe0", millis),
      line("answered, median", "--recipe1", millis)],
    axis("latency (ms)", grouped), atLeast(10));

  new ResizeObserver(() => charts.forEach(({ plot, place, height }) => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) {
      plot.setSize({ width: place.clientWidth, height });
    }
  })).observe(document.querySelector("main"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
    () => charts.forEach(({ plot }) => plot.redraw()));
})();
