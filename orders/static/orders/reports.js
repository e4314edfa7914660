// The reports' bars: one for each day, in the colours of the page.

const locale = document.documentElement.lang === "pt-br" ? "pt-BR" : "en";
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, notation: "compact" });
const money = new Intl.NumberFormat(locale, { style: "currency", currency: "BRL", maximumFractionDigits: 0, notation: "compact" });
const dayName = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const font = { family: "Inter", size: 11 };

const charts = [...document.querySelectorAll("[data-report-chart]")].map((canvas) => {
  const isMoney = "money" in canvas.dataset;
  const values = canvas.dataset.values.split(" ").map((text) => Number(text) / (isMoney ? 100 : 1));
  const labels = canvas.dataset.days.split(" ").map((day) => dayName.format(new Date(`${day}T00:00Z`)));
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets: [{ data: values, maxBarThickness: 18 }] },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, events: [],
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: { grid: { display: false }, border: { display: false }, ticks: { font, maxRotation: 0, autoSkipPadding: 16 } },
        y: { beginAtZero: true, suggestedMax: isMoney ? 100 : 4, border: { display: false }, grid: {},
          ticks: { font, maxTicksLimit: 4, precision: 0, callback: (value) => (isMoney ? money : whole).format(value) } },
      },
    },
  });
});

/** Take the colours from the stylesheet, so that a canvas follows the theme too. */
function paint() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  for (const chart of charts) {
    chart.data.datasets[0].backgroundColor = colour("--chart-1");
    for (const scale of Object.values(chart.options.scales)) {
      scale.ticks.color = colour("--muted");
      scale.grid.color = colour("--line");
    }
    chart.update("none");
  }
  probe.remove();
}

paint();
document.addEventListener("themechange", paint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
