// In a browser: open the release that the page's own server gives, ask it, and send the answers back.
import * as duckdb from "@duckdb/duckdb-wasm";

const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker("/duckdb-browser-eh.worker.js"));
let told;
try {
  await database.instantiate(`${location.origin}/duckdb-eh.wasm`);
  const bytes = await (await fetch("/release.duckdb")).arrayBuffer();
  await database.registerFileBuffer("release.duckdb", new Uint8Array(bytes));
  await database.open({ path: "release.duckdb", accessMode: duckdb.DuckDBAccessMode.READ_ONLY });
  const connection = await database.connect();
  const answers = [];
  for (const statement of await (await fetch("/statements.json")).json()) {
    answers.push((await connection.query(statement)).toArray()[0].toJSON().answer);
  }
  told = { answers };
} catch (error) {
  told = { error: String(error) };
}
await fetch("/answers", { method: "POST", body: JSON.stringify(told) });
