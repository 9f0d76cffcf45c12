# Vouchers that need no database: whoever has the secret makes them, and knows them again.
#
# POST /funko/crystal-vouchers/?percent=20  {"customer": "Ada"}  → {"voucher": "ADA-20-…", "percent": 20}
# GET  /funko/crystal-vouchers/ADA-20-…                          → {"valid": true, "customer": "ADA", "percent": 20}
require "crypto/subtle"
require "http/server"
require "json"
require "openssl/hmac"

class App
  include HTTP::Handler

  record Order, customer : String do
    include JSON::Serializable
  end

  KEY_FILE = "/run/secrets/KEY"

  @key : String = File.exists?(KEY_FILE) ? File.read(KEY_FILE).strip : "for trying it out only"
  @max : Int32 = ENV["MAX_PERCENT"].to_i

  def call(context)
    context.response.content_type = "application/json"
    case context.request.method
    when "POST" then make context
    when "GET"  then check context
    else             reply context, {error: "GET or POST"}, :method_not_allowed
    end
  rescue error : JSON::ParseException
    reply context, {error: error.message}, :bad_request
  end

  private def make(context)
    percent = context.request.query_params["percent"]?.try(&.to_i?) || 0
    unless 1 <= percent <= @max
      return reply context, {error: "percent must be a number from 1 to #{@max}"}, :bad_request
    end
    order = Order.from_json(context.request.body || "")
    promise = "#{order.customer.upcase.gsub(/[^A-Z0-9]/, "")}-#{percent}"
    reply context, {voucher: "#{promise}-#{signature(promise)}", percent: percent}
  end

  private def check(context)
    customer, _, rest = context.request.path.lchop('/').partition('-')
    percent, _, given = rest.partition('-')
    if Crypto::Subtle.constant_time_compare(given, signature("#{customer}-#{percent}"))
      reply context, {valid: true, customer: customer, percent: percent.to_i}
    else
      reply context, {valid: false}, :not_found
    end
  end

  private def signature(promise)
    OpenSSL::HMAC.hexdigest(:sha256, @key, promise)[0, 10].upcase
  end

  private def reply(context, value, status : HTTP::Status = :ok)
    context.response.status = status
    value.to_json(context.response)
  end
end
