/** This is the public face of the package, on which teams build. What is not here may change at any time. */
export { createApp, type CreateAppOptions } from './app.factory.js';
export { ResponsesProxyModule } from './embedding/responses-proxy.module.js';
export { ResponsesProxy, type ResponsesProxyOptions } from './embedding/responses-proxy.service.js';
export { definePlugin, type Part, type ProxyPlugin } from './plugins/plugin.js';
