// Evaluates ELM for people, one JSON object a line: node evaluate.mjs Narrows.elm.json people.jsonl answers.jsonl
import { readFileSync, writeFileSync } from "node:fs";
import cql from "cql-execution";

const [elm, people, out] = process.argv.slice(2);
const library = new cql.Library(JSON.parse(readFileSync(elm, "utf8")));
const executor = new cql.Executor(library);
const lines = readFileSync(people, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const answers = [];
let at = 0;
const source = {
  currentPatient() {
    const record = lines[at];
    return record && { ...record, getId: () => record.id, findRecords: () => [record], findRecord: () => record };
  },
  nextPatient() { const found = this.currentPatient(); at += 1; return found; },
  reset() { at = 0; },
};
const started = performance.now();
const results = await executor.exec(source);
const milliseconds = performance.now() - started;
for (const { id } of lines) {
  const found = Object.entries(results.patientResults[id]).filter(([name]) => name.startsWith("criterion "));
  answers.push(JSON.stringify({ id, criteria: Object.fromEntries(found.map(([n, v]) => [n.slice(10), v ?? null])) }));
}
writeFileSync(out, answers.join("\n") + "\n");
console.log(JSON.stringify({ people: lines.length, milliseconds }));
