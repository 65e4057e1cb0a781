/**
 * Finds places for nodes and edges: reads lists of graphs in Graphviz' language, one list per line of standard input,
 * and writes a list of layouts per line, in Graphviz' JSON, with y counted from the top.
 *
 * Knows nothing of what the graphs mean.
 */
import { createInterface } from "node:readline";
import { instance } from "@viz-js/viz";

const graphviz = await instance();

/** @param {string} graph */
function layout(graph) {
  const { status, output, errors } = graphviz.render(graph, { format: "json", yInvert: true });
  if (status !== "success") throw new Error(errors.map(({ message }) => message).join("\n"));
  return JSON.parse(output);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(JSON.parse(line).map(layout)) + "\n");
}
