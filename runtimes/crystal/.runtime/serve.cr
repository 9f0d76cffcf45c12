# Serves a funko: the first process of its container. It answers /ping itself, gives every other request to the funko's
# App, and on SIGTERM finishes what runs before it ends.
require "http/server"

module FunkoRuntime
  HEALTH_PATH = "/ping"
  PORT        = 3000

  # Serves until the process is told to stop.
  def self.serve(app : HTTP::Handler) : Nil
    # What is printed is in the log at once.
    STDOUT.sync = true
    front = Front.new
    server = HTTP::Server.new([front, app])
    {Signal::TERM, Signal::INT}.each do |signal|
      signal.trap do
        # A second signal ends the process at once.
        exit 1 if front.stopping?
        puts "Stopping: finishing #{front.running} request(s)"
        front.stopping = true
        server.close
      end
    end
    server.bind_tcp "0.0.0.0", PORT
    puts "The funko listens on port #{PORT}"
    server.listen
    front.wait
    wait_until_sent
  end

  # What a container's network still holds when its last process ends is lost.
  private def self.wait_until_sent
    until unsent == 0
      sleep 10.milliseconds
    end
  end

  # The connections to the port whose other side has not received all: columns local address and send queue, in hex.
  private def self.unsent
    File.read_lines("/proc/net/tcp").count do |line|
      _, local, _, _, queues = line.split(limit: 6)
      local.ends_with?(":%04X" % PORT) && !queues.starts_with?("00000000:")
    end
  end

  # Stands before the funko's App, and knows which requests run.
  class Front
    include HTTP::Handler

    property? stopping = false
    getter running = 0
    @finished = Channel(Nil).new

    # Waits until no request runs.
    def wait : Nil
      until @running == 0
        @finished.receive
      end
    end

    def call(context : HTTP::Server::Context) : Nil
      @running += 1
      if context.request.path == HEALTH_PATH
        context.response.content_type = "text/plain"
        context.response.puts "OK"
      else
        answer context
      end
    ensure
      finish context.response
      @running -= 1
      select
      when @finished.send(nil)
      else
      end
    end

    # An exception costs one request, not the process.
    private def answer(context)
      call_next context
    rescue error : HTTP::Server::ClientError
      raise error
    rescue error
      STDERR.puts "#{context.request.method} #{context.request.path} failed: #{error.inspect_with_backtrace}"
      begin
        context.response.respond_with_status :internal_server_error
      rescue IO::Error
        # What was begun can't be taken back: cutting the connection is the only way to say that it is not whole.
        context.response.@io.close
      end
    end

    # When the funko stops, the answer has to be written before the process ends.
    private def finish(response)
      response.close if stopping? && !response.upgrade_handler
    rescue IO::Error
      # The client is gone.
    end
  end
end
