import { ApiError, definePlugin } from 'responses-proxy';

/** What each team may use, in tokens: TEAM_BUDGETS='{"search":100000}'. A team that is not named has no limit. */
const budgets = JSON.parse(process.env.TEAM_BUDGETS ?? '{}');

/** What each team has used. A real one would keep it in a database, for all replicas and over restarts. */
const used = new Map();

/** The name comes from the caller of another plugin; without one each key is a team. */
const teamOf = ({ callerName, callerId }) => callerName ?? callerId;

export default definePlugin({
  name: 'team-budgets',
  hooks: [
    {
      order: -1,
      beforeTranslate(_request, context) {
        const team = teamOf(context);
        if ((used.get(team) ?? 0) < (budgets[team] ?? Infinity)) return;
        throw new ApiError('The budget of your team is used up.', {
          status: 429,
          type: 'insufficient_quota',
          code: 'insufficient_quota',
        });
      },

      afterResponse({ response }, context) {
        const team = teamOf(context);
        used.set(team, (used.get(team) ?? 0) + (response?.usage?.total_tokens ?? 0));
      },
    },
  ],
});
