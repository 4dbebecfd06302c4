// Charts read their numbers from the JSON beside them; the same numbers stand in a table for those who do not see the picture.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll("[data-chart='standings']").forEach(function (place) {
    var data = JSON.parse(document.getElementById(place.id + "-data").textContent);
    place.style.height = Math.max(220, 40 + data.regions.length * 26) + "px";
    var chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      legend: { top: 0, type: "scroll" },
      grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "value", minInterval: 1 },
      yAxis: { type: "category", inverse: true, data: data.regions },
      series: data.series.map(function (line) {
        return { name: line.name, type: "bar", stack: "all", data: line.counts, itemStyle: { color: line.colour } };
      }),
    });
    window.addEventListener("resize", function () { chart.resize(); });
  });
});
