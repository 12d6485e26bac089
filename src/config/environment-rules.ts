import { Expose, Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isHttpUrl } from './backend-url.js';

/** Stands for a text that breaks its rule, so that no error object ever carries the text itself: it may be a secret. */
const broken = Symbol('broken');

/** Declares one variable: `parse` gives its value, or undefined when the text breaks the rule that `description` states. */
function variable(description: string, parse: (text: string) => unknown): PropertyDecorator {
  return (target, property) => {
    Expose()(target, property);
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parse(value.trim()) ?? broken) : value,
    )(target, property);
    ValidateBy({
      name: 'variable',
      validator: {
        validate: (value: unknown) => value !== broken,
        defaultMessage: () => description,
      },
    })(target, property);
  };
}

export function WholeNumber(min: number, max: number): PropertyDecorator {
  return variable(`must be a whole number from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  });
}

/** Takes seconds with an optional fraction. */
export function Seconds(min: number, max: number): PropertyDecorator {
  return variable(`must be a number from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return /^\d+(\.\d+)?$/.test(text) && value >= min && value <= max ? value : undefined;
  });
}

const flags = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

export function FlagSetting(): PropertyDecorator {
  return variable(`must be one of ${[...flags.keys()].join(', ')}`, (text) =>
    flags.get(text.toLowerCase()),
  );
}

export function OneOfSetting(words: readonly string[]): PropertyDecorator {
  return variable(`must be one of ${words.join(', ')}`, (text) =>
    words.find((word) => word === text.toLowerCase()),
  );
}

export function TextSetting(pattern: RegExp, description: string): PropertyDecorator {
  return variable(description, (text) => (pattern.test(text) ? text : undefined));
}

export function HttpUrl(): PropertyDecorator {
  return variable('must be an http or https URL without user, password or fragment', (text) => {
    return isHttpUrl(text) ? text : undefined;
  });
}

/** Takes the URL of a bucket: its path is the bucket's name, with folders or without. */
export function BucketUrl(): PropertyDecorator {
  return variable('must be https://HOST/BUCKET or https://HOST/BUCKET/FOLDER', (text) => {
    const isOne = isHttpUrl(text) && /^(?:\/[\w.-]+)+\/?$/.test(new URL(text).pathname);
    return isOne && new URL(text).search === '' ? text : undefined;
  });
}

/** Takes a proxy's URL, which may have a user and a password; without a scheme it is one of http, as curl has it. */
export function ProxyUrl(): PropertyDecorator {
  return variable('must be an http or https URL', (text) => {
    const whole = text.includes('://') ? text : `http://${text}`;
    return /^https?:/i.test(whole) && URL.canParse(whole) ? whole : undefined;
  });
}

/** These are headers of one connection, of the credentials, or such as the backend client writes itself. */
export const neverForwarded: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'expect', 'host', 'content-length', 'content-type', 'content-encoding'],
  ...['accept', 'accept-encoding', 'authorization', 'proxy-authorization', 'proxy-authenticate'],
  ...['x-api-key', 'api-key', 'cookie', 'set-cookie'],
]);

/** Takes a comma-separated list of header names, in lower case afterwards. */
export function ForwardableHeaders(): PropertyDecorator {
  return variable(
    'must be a comma-separated list of header names, none of them hop-by-hop, a credential or set by the proxy',
    (text) => {
      const names = text.split(',').map((name) => name.trim().toLowerCase());
      const allowed = names.every(
        (name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !neverForwarded.has(name),
      );
      return allowed ? [...new Set(names)] : undefined;
    },
  );
}

/** Takes where state is kept. A password in it is a secret, like the variable as a whole. */
export function StoreUrl(): PropertyDecorator {
  return variable(
    'must be memory:, none:, sqlite:PATH, redis://HOST, rediss://HOST or postgres://HOST/DATABASE',
    (text) => {
      if (/^(memory:|none:|sqlite:[^\0]+)$/.test(text)) return text;
      // The scheme may be a plugin's; the store itself tells a wrong one.
      const server = /^[a-z][a-z0-9+.-]*:\/\/[^/]/;
      return server.test(text) && URL.canParse(text) ? text : undefined;
    },
  );
}

/** Takes a comma-separated list of secrets, each of at least 16 characters. */
export function Secrets(): PropertyDecorator {
  return variable('must be a comma-separated list of secrets of at least 16 characters', (text) => {
    const secrets = text.split(',').map((secret) => secret.trim());
    return secrets.every((secret) => secret.length >= 16) ? secrets : undefined;
  });
}

/** Takes a comma-separated list of origins as browsers send them (`https://app.example`), or `*` for all. */
export function Origins(): PropertyDecorator {
  return variable('must be * or a comma-separated list of origins', (text) => {
    const origins = text.split(',').map((origin) => origin.trim());
    const valid = (origin: string): boolean =>
      URL.canParse(origin) && new URL(origin).origin === origin;
    return text === '*' || origins.every(valid) ? origins : undefined;
  });
}

/** Takes a comma-separated list of host names, without ports. */
export function HostNames(): PropertyDecorator {
  return variable('must be a comma-separated list of host names without ports', (text) => {
    const names = text.split(',').map((name) => name.trim().toLowerCase());
    return names.every((name) => /^[a-z0-9](?:[a-z0-9.-]{0,252})$/.test(name)) ? names : undefined;
  });
}

const HOST_PATTERN =
  /^(?:\*|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,252})(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?)$/;

/** Takes a comma-separated list of hosts, with a port or without one, `*.example` for all names below one, or `*` for all. */
export function HostPatterns(): PropertyDecorator {
  return variable('must be a comma-separated list of hosts, of *.HOST, or *', (text) => {
    const hosts = text.split(',').map((host) => host.trim().toLowerCase());
    return hosts.every((host) => HOST_PATTERN.test(host)) ? hosts : undefined;
  });
}
