# The application that Puma serves: it answers /ping itself, and gives every other request to the funko's config.ru.

require "socket"

class Funko
  # So long a connection that is closed holds the process, until the client has all that was written: what a container's
  # network still holds when its last process ends is lost.
  LINGER = Socket::Option.linger(true, 10)
  HEALTH_PATH = "/ping"
  PLAIN = { "content-type" => "text/plain" }.freeze

  def initialize(application)
    @application = application
  end

  def call(env)
    return [200, PLAIN.dup, ["OK\n"]] if env["PATH_INFO"] == HEALTH_PATH

    env["puma.socket"].setsockopt(LINGER)
    # So that the links that the application makes hold for the proxy's clients.
    env["SCRIPT_NAME"] = env.fetch("HTTP_X_FORWARDED_PREFIX", "").chomp("/")
    @application.call(env)
  rescue Exception => error # SystemExit, too: it would end Puma's thread, and with it the request without an answer.
    warn "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]} failed: #{error.full_message(highlight: false)}"
    [500, PLAIN.dup, ["Internal Server Error\n"]]
  end
end

begin
  load ".runtime/rails.rb" if File.exist?("bin/rails")
  application = self.class.parse_file("config.ru")
rescue SystemExit
  raise
rescue Exception => error
  abort "#{error.full_message(highlight: false)}\nThe funko can't start: config.ru can't be loaded."
end
# Rack before 3 gives options, too.
run Funko.new(application.is_a?(Array) ? application.first : application)
