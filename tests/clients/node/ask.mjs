// node ask.mjs DATABASE < statements as JSON > answers as JSON
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const statements = JSON.parse(readFileSync(0, "utf8"));
const database = await DuckDBInstance.create(process.argv[2], { access_mode: "READ_ONLY", enable_external_access: "false" });
const connection = await database.connect();
const answers = [];
for (const statement of statements) {
  const reader = await connection.runAndReadAll(statement);
  answers.push(reader.getRowObjectsJson()[0].answer);
}
console.log(JSON.stringify(answers));
