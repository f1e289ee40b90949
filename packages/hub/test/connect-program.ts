// Connects like the CLI does and prints the hub's process id: `node connect-program.ts <paths as JSON> <version>`.
import { connectHub } from '../src/client/connect-hub.ts';
import { HubPathsSchema } from './hub-paths-schema.ts';
import { hubCommand } from './hub-command.ts';

const [text = '', version = '0.0.0'] = process.argv.slice(2);
const paths = HubPathsSchema.parse(JSON.parse(text));
await using hub = await connectHub({ paths, version, autoStart: { command: hubCommand(paths, version) } });
const { pid } = await hub.request('hub.status', {});
process.stdout.write(`${pid}\n`);
