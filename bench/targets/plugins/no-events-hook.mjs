/** Its hook sees requests and no events, so that nothing should be done for it per chunk. */
export default { name: 'no-events', hooks: [{ beforeTranslate: (request) => request }] };
