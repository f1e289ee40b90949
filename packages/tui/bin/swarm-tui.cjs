#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must get this far and say so.
/* eslint-disable no-var */
'use strict';

var version = process.versions.node.split('.');
var major = Number(version[0]);
if (major < 22 || (major === 22 && Number(version[1]) < 13)) {
  process.stderr.write(
    'swarm-tui needs Node 22.13 or newer, this is ' +
      process.version +
      '. Run: npx -p node@24 -p swarm-tui swarm-tui\n',
  );
  process.exit(1);
}

var path = require('node:path');

// node:sqlite and process.execve are experimental in some versions; their warnings would land on the screen
var emitWarning = process.emitWarning;
process.emitWarning = function (warning, type) {
  var name = type && typeof type === 'object' ? type.type : type;
  if (name === 'ExperimentalWarning' || (warning && warning.name === 'ExperimentalWarning')) return;
  emitWarning.apply(process, arguments);
};

if (!process.env.NODE_COMPILE_CACHE && !process.env.NODE_DISABLE_COMPILE_CACHE) {
  var home = process.env.HOME || require('node:os').homedir();
  require('node:module').enableCompileCache(
    path.join(process.env.XDG_CACHE_HOME || path.join(home, '.cache'), 'swarm-tui', 'compile'),
  );
}

try {
  // require() of an ES module, since import() is a syntax error in the very versions that must be told
  require('../dist/bundle/main.mjs');
} catch (error) {
  if (!error || error.code !== 'MODULE_NOT_FOUND') throw error;
  process.stderr.write('swarm-tui is not built: ' + error.message.split('\n')[0] + '. Run: npm run build\n');
  process.exit(1);
}
