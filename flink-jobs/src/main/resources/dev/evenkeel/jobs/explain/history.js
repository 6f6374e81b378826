
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const FONT = "12px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = value => value == null ? "–" : (100 * value).toFixed(1) + " %";
  const plain = value => value == null ? "–" : value.toFixed(3);

  function drawEvents(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    for (const event of data.events) {
      const left = plot.valToPos(event.time, "x", true);
      if (left >= bbox.left && left <= bbox.left + bbox.width) {
        ctx.strokeStyle = colour(event.applied ? "--muted" : "--source");
        ctx.beginPath();
        ctx.moveTo(left, bbox.top);
        ctx.lineTo(left, bbox.top + bbox.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  const axis = values => ({
    font: FONT,
    size: values ? 58 : 40,
    stroke: () => colour("--muted"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { stroke: () => colour("--line"), width: 1 },
    ...(values ? { values: (plot, splits) => splits.map(v => v == null ? "" : values(v)) } : {}),
  });

  const line = (label, css, value, more) => ({
    label,
    value: (plot, v) => value(v),
    stroke: () => colour(css),
    width: 2,
    points: { show: data.times.length < 60 },
    ...more,
  });

  const charts = [];

  function chart(id, lines, value) {
    const place = document.getElementById(id);
    if (lines.every(l => l.column.every(v => v == null))) {
      place.textContent = "Not measured.";
      return;
    }
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: 220,
        tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        scales: { y: { range: (plot, min, max) => [0, Math.max(max * 1.08, 0.01)] } },
        axes: [axis(), axis(value)],
        series: [{ label: "reported" }, ...lines.map(l => line(l.label, l.css, value, l.more))],
        cursor: { sync: { key: "history" }, drag: { x: true, y: false } },
        hooks: { drawClear: [drawEvents] },
      },
      [data.times, ...lines.map(l => l.column)],
      place);
    charts.push({ plot, place });
  }

  const dashed = { dash: [6, 4] };
  chart("error", [
    { label: "source model", css: "--source", column: data.sourceError, more: dashed },
    { label: "as answered", css: "--recipe0", column: data.error },
  ], percent);
  chart("agreement", [{ label: "agreement", css: "--recipe0", column: data.agreement }], percent);
  chart("entropy", [
    { label: "source model, nats", css: "--source", column: data.sourceEntropy, more: dashed },
    { label: "as answered, nats", css: "--recipe0", column: data.entropy },
  ], plain);
  chart("distance", [{ label: "relative distance", css: "--recipe1", column: data.distance }], plain);

  const redraw = () => charts.forEach(({ plot }) => plot.redraw(false, true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("resize", () =>
    charts.forEach(({ plot, place }) => plot.setSize({ width: place.clientWidth, height: 220 })));
})();
