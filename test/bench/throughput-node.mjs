/** One measure of throughput in a process of its own: `node throughput-node.mjs <reader> <chunk size> <rounds>`. */
import { measureThroughput } from './throughput.js';

const [name, size, rounds] = process.argv.slice(2);
console.log(JSON.stringify(await measureThroughput(name, Number(size), Number(rounds))));
process.exit();
