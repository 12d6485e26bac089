import { it } from '@jest/globals';

/** The service is in front of itself: it speaks Responses to another one, which speaks chat to the scripted backend (`startApp`). */
export const isOverTwoHops = process.env.TEST_HOPS === '2';

/** Is a test of what the service says to a chat backend, or says of one; over two hops the second one would say it. */
export const itOverOneHop = isOverTwoHops ? it.skip : it;
