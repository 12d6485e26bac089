import process from 'node:process';

/** `startApp` reads it. */
process.env.TEST_HOPS = '2';
