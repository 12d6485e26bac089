import type { IncomingMessage, Server } from 'node:http';

/** Node has this filter since 24.9; before that every upgrade is taken for a WebSocket. */
interface UpgradeFilter {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** Other upgrades, such as the h2c that some HTTP clients offer with a POST, are ignored as RFC 9110 allows. */
export function upgradeToWebsocketsOnly(server: Server & UpgradeFilter): void {
  server.shouldUpgradeCallback = ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket';
}
