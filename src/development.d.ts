/** Whether this is a development build: set by the bundler, so that what only such a build has is left out of others. */
declare const DEVELOPMENT: boolean;
