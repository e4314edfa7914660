// Throughput and latency as lines over the last two minutes, each with its numbers as a table.

import { ago, duration, number, time } from "../site/format.js";

const LENGTH = 120;
const SMOOTH = { throughput: 3, latency: 10 };
const REDRAW_MS = 250;
const TABLE_STEP = 10;
const locale = document.documentElement.lang === "pt-br" ? "pt-BR" : "en";
const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const LINES = {
  throughput: [["received", "--chart-1", []], ["decided", "--chart-2", [5, 3]]],
  latency: [["p50", "--chart-1", []], ["p95", "--chart-2", [5, 3]], ["p99", "--chart-3", [1.5, 2.5]]],
};

export class Charts {
  #store;
  #charts;
  #drawnSecond = 0;
  #dirty = true;

  constructor(page, store) {
    this.#store = store;
    this.#charts = Object.keys(LINES).map((name) => {
      const card = page.querySelector(`[data-chart="${name}"]`);
      return { name, card, chart: new Chart(card.querySelector("canvas"), options(name)) };
    });
    this.#paint();
    document.addEventListener("themechange", () => this.#paint());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
    setInterval(() => this.#draw(), REDRAW_MS);
  }

  touch() {
    this.#dirty = true;
  }

  /** Draw when a second has passed or events came; at most four times a second, never hidden. */
  #draw() {
    const second = Math.floor(Date.now() / 1000) - 1;
    if (document.hidden || (!this.#dirty && second === this.#drawnSecond)) return;
    const isNewSecond = second !== this.#drawnSecond;
    this.#dirty = false;
    this.#drawnSecond = second;
    for (const each of this.#charts) this.#drawOne(each, second, isNewSecond);
  }

  #drawOne({ name, card, chart }, end, isNewSecond) {
    const windows = [];
    for (let ago = LENGTH; ago >= 0; ago -= 1) {
      windows.push([-ago, this.#store().series.window(end - ago, SMOOTH[name])]);
    }
    LINES[name].forEach(([key], index) => {
      chart.data.datasets[index].data = windows.map(([x, values]) => ({ x, y: values[key] }));
    });
    chart.update("none");
    if (name === "throughput") {
      const last = windows.at(-1)[1];
      for (const [key] of LINES[name]) card.querySelector(`[data-figure="${key}"]`).textContent = last[key] === null ? "–" : one.format(last[key]);
    }
    if (isNewSecond && card.querySelector("details").open) this.#table(name, card, end);
  }

  #table(name, card, end) {
    const rows = [];
    for (let second = end; second > end - LENGTH; second -= TABLE_STEP) {
      const values = this.#store().series.window(second, TABLE_STEP);
      const write = name === "throughput" ? (value) => (value === null ? "–" : one.format(value)) : duration;
      const row = document.createElement("tr");
      row.append(cell(time(new Date(second * 1000)), ""));
      for (const [key] of LINES[name]) row.append(cell(write(values[key]), "number"));
      rows.push(row);
    }
    card.querySelector("tbody").replaceChildren(...rows);
  }

  /** Take the colours from the stylesheet, so that a canvas follows the theme too. */
  #paint() {
    const probe = document.createElement("span");
    document.body.append(probe);
    const colour = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    for (const { name, chart } of this.#charts) {
      LINES[name].forEach(([, variable], index) => (chart.data.datasets[index].borderColor = colour(variable)));
      for (const scale of Object.values(chart.options.scales)) {
        scale.ticks.color = colour("--muted");
        scale.grid.color = colour("--line");
      }
      chart.update("none");
    }
    probe.remove();
  }
}

function cell(text, className) {
  const node = document.createElement("td");
  node.textContent = text;
  node.className = className;
  return node;
}

function options(name) {
  const write = name === "throughput" ? (value) => number(value) : (value) => duration(value);
  const font = { family: "Inter", size: 11 };
  return {
    type: "line",
    data: { datasets: LINES[name].map(([label, , borderDash]) => ({ label, borderDash, borderWidth: 1.5, pointRadius: 0, data: [] })) },
    options: {
      animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
      spanGaps: false, events: [],
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: { type: "linear", min: -LENGTH, max: 0, grid: { display: false }, border: { display: false },
          ticks: { font, stepSize: 60, maxRotation: 0, align: "inner", callback: (x) => ago(-x) } },
        y: { beginAtZero: true, grace: "10%", suggestedMax: name === "throughput" ? 4 : 100, border: { display: false }, grid: {},
          afterFit: (axis) => (axis.width = 52),
          ticks: { font, maxTicksLimit: 4, callback: write, precision: 0 } },
      },
    },
  };
}
