import { statSync } from 'node:fs';

/** Where the person is: npm runs `npm start` in the clone, also with `--prefix`, and tells where it was asked. */
export function startDirectory({ INIT_CWD: asked, npm_package_name: name } = process.env) {
  const isHere = name === 'swarm-tui-workspace' && asked && statSync(asked, { throwIfNoEntry: false })?.isDirectory();
  return isHere ? asked : process.cwd();
}
