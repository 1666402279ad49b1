/** The parts of ECharts that the page draws with. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, CanvasRenderer, GridComponent, LineChart]);

export { init };
