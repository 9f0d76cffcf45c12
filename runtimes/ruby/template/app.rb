require "json"
require "sinatra/base"

# /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
class App < Sinatra::Base
  before { content_type :json }

  get "/" do
    greet params["name"]
  end

  post "/" do
    greet JSON.parse(request.body.read)["name"]
  end

  def greet(name)
    JSON.generate(message: "#{ENV.fetch("GREETING")}, #{name || "world"}!")
  end
end
