interface Point {
  x: number;
  y: number;
}

/** These keys are held meanwhile. */
interface Held {
  keys?: string[];
}

export type ComputerAction =
  | ({ type: 'click'; button: 'left' | 'right' | 'wheel' | 'back' | 'forward' } & Point & Held)
  | ({ type: 'double_click'; keys: string[] | null } & Point)
  | ({ type: 'drag'; path: Point[] } & Held)
  | { type: 'keypress'; keys: string[] }
  | ({ type: 'move' } & Point & Held)
  | { type: 'screenshot' }
  | ({ type: 'scroll'; scroll_x: number; scroll_y: number } & Point & Held)
  | { type: 'type'; text: string }
  | { type: 'wait' };
