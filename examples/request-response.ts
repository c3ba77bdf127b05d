/** The worker asks, the host answers: asynchronously, and with errors where it must. */
import { V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate();

const database = {
  async query(query: string): Promise<string[]> {
    if (!query.startsWith("SELECT")) throw Object.assign(new Error("read only"), { code: "ERR_READ_ONLY" });
    return ["Alice", "Bob"];
  },
};

worker.onRequest("getData", async (params) => {
  // Fetch from database or API
  const data = await database.query(params.query);
  return { data };
});
worker.on("print", (line) => console.log(line));

await worker.evaluate(`
  const response = await NETWORK.request('getData', {
    query: 'SELECT * FROM users'
  });
  NETWORK.send('print', response.data.join(', '));

  try {
    await NETWORK.request('getData', { query: 'DROP TABLE users' });
  } catch (error) {
    NETWORK.send('print', error.name + ': ' + error.message + ' (' + error.code + ')');
  }

  try {
    await NETWORK.request('getMoreData', {});
  } catch (error) {
    NETWORK.send('print', error.code);
  }
`);
