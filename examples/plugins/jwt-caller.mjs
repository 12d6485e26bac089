import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError, definePlugin } from 'responses-proxy';

const { JWT_SECRET } = process.env;
if (!JWT_SECRET) throw new Error('JWT_SECRET is missing.');

const refused = (message) =>
  new ApiError(message, { status: 401, type: 'authentication_error', code: 'invalid_api_key' });

/** Gives the claims of an HS256 token. With keys of a server that issues tokens a library would check them: jose, say. */
function claimsOf(token) {
  const [head = '', body = '', signature = ''] = token.split('.');
  const expected = createHmac('sha256', JWT_SECRET).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw refused('The token is not signed by us.');
  const { alg } = JSON.parse(Buffer.from(head, 'base64url'));
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  if (alg !== 'HS256' || typeof claims.sub !== 'string')
    throw refused('The token is none of ours.');
  if (!(claims.exp * 1_000 > Date.now())) throw refused('The token has expired.');
  return claims;
}

/** Callers are the subjects of JSON Web Tokens. The token stays here; backends get the operator's key, or none. */
export default definePlugin({
  name: 'jwt-caller',
  caller: {
    identify({ headers }) {
      const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
      if (token === undefined) throw refused('A token is missing.');
      const { sub, team, models } = claimsOf(token);
      return { id: sub, name: team, models, requestsPerMinute: 600 };
    },
  },
});
