// Runs a function of .github/scripts with a GitHub that only remembers what it was asked to write.
import {readFileSync} from "node:fs";

const {module, name, args, api} = JSON.parse(readFileSync(0, "utf8"));
const written = [];
const list = (key) => Object.assign(async () => ({data: api[key]}), {key});
const write = (key) => async (what) => void written.push([key, what]);
const github = {
  paginate: async (method, parameters) => {
    written.push(["asked", {key: method.key, head: parameters.head, state: parameters.state, creator: parameters.creator, number: parameters.issue_number}]);
    return api[method.key];
  },
  rest: {
    actions: {listWorkflowRunArtifacts: list("artifacts")},
    pulls: {list: list("pulls")},
    issues: {
      listComments: list("comments"), createComment: write("createComment"), updateComment: write("updateComment"),
      listForRepo: list("issues"), create: write("create"), update: write("update"),
    },
  },
};
const scripts = await import(new URL(`../../.github/scripts/${module}.mjs`, import.meta.url));
const value = await scripts[name](...args.map((one) => (one === "$github" ? github : one)));
process.stdout.write(JSON.stringify({value: value ?? null, written: written.filter(([key]) => key !== "asked"), asked: written.filter(([key]) => key === "asked")}));
