// What a Rails application needs beside a Rack application.

/** Any of these gems has a task `assets:precompile`. */
const WITH_ASSETS = ['sprockets-rails', 'propshaft', 'vite_rails', 'shakapacker', 'webpacker', 'jsbundling-rails', 'cssbundling-rails'];
/** As the Dockerfile of `rails new` has it. */
const WRITABLE = ['db', 'log', 'storage', 'tmp'];

/** `isRails`; `build`: the command that the image is made with, empty if there is none; `writable`: folders that the program may write to. */
export function applicationOf({ has, options }, bundle) {
  const isRails = has('config/application.rb') && has('bin/rails') && bundle !== undefined;
  const parts = [
    ...(isRails && WITH_ASSETS.some((gem) => bundle.names.has(gem)) ? ['assets'] : []),
    ...(isRails && bundle.names.has('bootsnap') ? ['bootsnap'] : []),
  ];
  const usual = parts.length === 0 ? '' : `sh .runtime/rails-build.sh ${parts.join(' ')}`;
  return {
    isRails,
    build: options.build === '' ? usual : options.build,
    writable: options.writable.length > 0 || !isRails ? options.writable : WRITABLE,
  };
}
