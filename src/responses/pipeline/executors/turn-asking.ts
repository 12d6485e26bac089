import { planFrom } from '../../backend/routes/route-plan.js';
import type { Asking } from '../answers/backend-answers.service.js';
import type { ToolTurns } from './tool-turns.js';

/**
 * Asks for one of several answers of a response. It begins with who gave the answer before, so that the prompt cache holds, and
 * falls back while nothing of this answer has come, whatever tools have told before it.
 */
export function turnAsking(main: Asking, turns: ToolTurns): Asking {
  const { translation } = turns;
  return {
    ...main,
    translation,
    plan: planFrom(main.plan, translation.target),
    moveTo: (target) => {
      turns.moveTo(target);
    },
    hasAnswered: () => translation.stream.hasBegun,
  };
}
