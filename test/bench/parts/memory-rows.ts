import { sidefileMemory } from './sidefile-memory.ts';

console.log(JSON.stringify(sidefileMemory()));
