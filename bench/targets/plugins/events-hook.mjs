/** Its hook sees every batch of events and changes nothing. */
export default { name: 'events', hooks: [{ onEvents: (events) => events }] };
