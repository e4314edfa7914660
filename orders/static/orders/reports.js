// The reports' bars: one for each day, or one for each row of a table, in the colours of the page.

const locale = document.documentElement.lang === "pt-br" ? "pt-BR" : "en";
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, notation: "compact" });
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat(locale, { style: "currency", currency: "BRL", maximumFractionDigits: 0, notation: "compact" });
const dayName = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const font = { family: "Inter", size: 11 };
const BAR = 18;
const ROW = 30;
const colours = {};

function duration(seconds) {
  if (seconds < 60) return `${whole.format(seconds)} s`;
  return seconds < 3600 ? `${tenths.format(seconds / 60)} min` : `${tenths.format(seconds / 3600)} h`;
}

/** Return how an amount is written on an axis: cents, a share, seconds, or a plain number. */
function writer(unit) {
  const written = {
    money: (value) => money.format(value),
    percent: (value) => `${whole.format(value)} %`,
    seconds: duration,
  };
  return written[unit] ?? ((value) => whole.format(value));
}

function series(data, name, label = "") {
  return { data, label, maxBarThickness: BAR, backgroundColor: () => colours[name] };
}

function chartOf(canvas, labels, datasets, { isLying = false, unit = "", most }) {
  const values = { beginAtZero: true, suggestedMax: most, max: unit === "percent" ? 100 : undefined, border: { display: false },
    grid: { color: () => colours["--line"] },
    ticks: { font, color: () => colours["--muted"], maxTicksLimit: 4, precision: 0, callback: writer(unit) } };
  const names = { grid: { display: false }, border: { display: false },
    ticks: { font, color: () => colours["--muted"], maxRotation: 0, autoSkip: !isLying, autoSkipPadding: 16 } };
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, events: [], indexAxis: isLying ? "y" : "x",
      plugins: {
        legend: { display: datasets.length > 1, align: "end", labels: { font, boxWidth: 10, boxHeight: 10, color: () => colours["--muted"] } },
        tooltip: { enabled: false },
      },
      scales: isLying ? { x: values, y: names } : { x: names, y: values },
    },
  });
}

/** Draw a bar for each day; a day that has no value has no bar. */
function byDay(canvas) {
  const unit = canvas.dataset.unit ?? "";
  const values = canvas.dataset.values.split(" ").map((text) => (text === "-" ? null : Number(text) / (unit === "money" ? 100 : 1)));
  const labels = canvas.dataset.days.split(" ").map((day) => dayName.format(new Date(`${day}T00:00Z`)));
  return chartOf(canvas, labels, [series(values, "--chart-1")], { unit, most: unit === "money" ? 100 : 4 });
}

/** Draw a bar for each row of the table that the canvas names; what is drawn is what is read. */
function byRow(canvas) {
  const table = document.getElementById(canvas.dataset.reportRows);
  const rows = [...table.querySelectorAll("tbody tr")].slice(0, Number(canvas.dataset.most));
  const read = (name) => rows.map((row) => Number(row.dataset[name]));
  const datasets = [series(read("value"), "--chart-1", canvas.dataset.first)];
  if (canvas.dataset.second) datasets.push(series(read("second"), "--chart-2", canvas.dataset.second));
  canvas.parentElement.style.height = `${rows.length * ROW * (datasets.length > 1 ? 1.5 : 1) + 2 * ROW}px`;
  return chartOf(canvas, rows.map((row) => row.dataset.label), datasets, { isLying: true, unit: canvas.dataset.unit, most: 4 });
}

/** Take the colours from the stylesheet, so that a canvas follows the theme too. */
function readColours() {
  const probe = document.createElement("span");
  document.body.append(probe);
  for (const name of ["--chart-1", "--chart-2", "--muted", "--line"]) {
    probe.style.color = `var(${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
}

readColours();
const charts = [
  ...[...document.querySelectorAll("[data-report-chart]")].map(byDay),
  ...[...document.querySelectorAll("[data-report-rows]")].map(byRow),
];

function repaint() {
  readColours();
  for (const chart of charts) chart.update("none");
}

document.addEventListener("themechange", repaint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
