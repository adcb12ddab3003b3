/** Whether this is a development build. The bundler replaces it with a constant and removes the dead code. */
declare const DEVELOPMENT: boolean;
