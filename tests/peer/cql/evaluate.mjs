// Evaluates ELM for people, one JSON object a line: node evaluate.mjs Narrows.elm.json people.jsonl answers.jsonl [rounds]
// Prints how long it took: the best of so many rounds, as time on the clock and as work of this process's processors.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import cql from "cql-execution";

const [elm, people, out, rounds = "1"] = process.argv.slice(2);
const library = new cql.Library(JSON.parse(readFileSync(elm, "utf8")));
const executor = new cql.Executor(library);
const lines = readFileSync(people, "utf8").trim().split("\n").map((line) => JSON.parse(line));

function source(some) {
  let at = 0;
  return {
    currentPatient() {
      const record = some[at];
      return record && { ...record, getId: () => record.id, findRecords: () => [record], findRecord: () => record };
    },
    nextPatient() { const found = this.currentPatient(); at += 1; return found; },
    reset() { at = 0; },
  };
}

const BATCH = 200; // all answers of many people at once would fill the memory
let milliseconds = Infinity;
let worked = Infinity;
for (let round = 0; round < Number(rounds); round += 1) {
  const file = openSync(out, "w");
  let taken = 0;
  let work = 0;
  for (let first = 0; first < lines.length; first += BATCH) {
    const some = lines.slice(first, first + BATCH);
    const before = process.cpuUsage();
    const started = performance.now();
    const results = await executor.exec(source(some));
    taken += performance.now() - started;
    const used = process.cpuUsage(before);
    work += (used.user + used.system) / 1000;
    for (const { id } of some) {
      const found = Object.entries(results.patientResults[id]).filter(([name]) => name.startsWith("criterion "));
      writeSync(file, JSON.stringify({ id, criteria: Object.fromEntries(found.map(([n, v]) => [n.slice(10), v ?? null])) }) + "\n");
    }
  }
  closeSync(file);
  milliseconds = Math.min(milliseconds, taken);
  worked = Math.min(worked, work);
}
console.log(JSON.stringify({ people: lines.length, milliseconds, worked }));
