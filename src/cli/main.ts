#!/usr/bin/env node
import { hearOfLostOutput } from './lost-output.ts';
import { runCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

hearOfLostOutput();
process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal);
