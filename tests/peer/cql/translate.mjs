// CQL to ELM by the public translator, without a network: node translate.mjs Narrows.cql NarrowsModel.xml Narrows.elm.json
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

globalThis.require = createRequire(import.meta.url); // the translator's input layer asks for it
const { CqlTranslator, LibraryManager, ModelManager, createModelInfoProvider, stringAsSource } = await import("@cqframework/cql/cql-to-elm");
const { SystemModelInfoProvider } = await import("@cqframework/cql/cql");
const [cql, model, out] = process.argv.slice(2);
const models = new ModelManager();
const xml = readFileSync(model, "utf8");
models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider()); // is not registered by itself
models.modelInfoLoader.registerModelInfoProvider(createModelInfoProvider((id) => (id === "NarrowsModel" ? stringAsSource(xml) : null)));
const translator = CqlTranslator.fromText(readFileSync(cql, "utf8"), new LibraryManager(models));
const errors = translator.errors.asJsReadonlyArrayView();
if (errors.length) {
  for (const error of errors.slice(0, 20)) console.error(String(error.message));
  process.exit(1);
}
writeFileSync(out, translator.toJson());
