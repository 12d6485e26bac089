/** These are the actions of OpenAI's `computer` as one flat object, which small models fill in more surely than nine alternatives. */
const ACTION = {
  type: 'object',
  properties: {
    type: {
      type: 'string',
      enum: [
        ...['click', 'double_click', 'drag', 'keypress', 'move'],
        ...['screenshot', 'scroll', 'type', 'wait'],
      ],
    },
    x: { type: 'integer', description: 'Pixels from the left: click, double_click, move, scroll.' },
    y: { type: 'integer', description: 'Pixels from the top: click, double_click, move, scroll.' },
    button: {
      type: 'string',
      enum: ['left', 'right', 'wheel', 'back', 'forward'],
      description: 'Of a click; left is usual.',
    },
    path: {
      type: 'array',
      items: {
        type: 'object',
        properties: { x: { type: 'integer' }, y: { type: 'integer' } },
        required: ['x', 'y'],
      },
      description: 'Of a drag, from its first point to its last.',
    },
    keys: {
      type: 'array',
      items: { type: 'string' },
      description: 'Of a keypress, pressed together; of another action, held meanwhile.',
    },
    scroll_x: { type: 'integer', description: 'Pixels to the right.' },
    scroll_y: { type: 'integer', description: 'Pixels down; negative is up.' },
    text: { type: 'string', description: 'Of type: what is typed.' },
  },
  required: ['type'],
} as const;

/** This is one action in a call, as the preview tool has it. */
export const oneAction = ACTION;

export const batchedActions = {
  type: 'object',
  properties: {
    actions: { type: 'array', items: ACTION, description: 'Done one after the other.' },
  },
  required: ['actions'],
} as const;
