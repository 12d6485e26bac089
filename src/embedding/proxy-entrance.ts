/**
 * It is the door between an application and the service in it. Guards of the application stand on this class, as they would on
 * a controller; a controller it cannot be, since the application's parser would have read the body by then.
 */
export class ProxyEntrance {
  readonly enter = (_request: object, _reply: object, goOn: () => void): void => {
    goOn();
  };
}
