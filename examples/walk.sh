#!/bin/sh
# A paid event from its set-up to the confirmed registration, with nothing but curl: the walk that the product's documentation
# describes for testing a payment integration, against a running platform.
#
#   payloop up --ready-file ready.json &
#   examples/walk.sh ready.json
#
# It says what it does at each step, and stops with a message and status 1 at the first answer that is not what it should be. It makes an
# event of its own, so it can be run any number of times. Needs sh, curl, sed, tr, grep and date.
set -eu

ready=${1:?usage: walk.sh READY_FILE (written by payloop up --ready-file READY_FILE)}
ready_json=$(tr -d '\n' < "$ready")

step() { printf '\n%s\n' "$*"; }
fail() { printf 'walk.sh: %s\n' "$*" >&2; exit 1; }

# The text named $2 in the section $1 of the ready file.
place() { printf '%s' "$ready_json" | sed -n 's/.*"'"$1"'": *{[^}]*"'"$2"'": *"\([^"]*\)".*/\1/p'; }
# The first text named $1 in the JSON that comes in.
text() { tr -d '\n' | grep -o '"'"$1"'" *: *"[^"]*"' | sed -n '1s/.*: *"\(.*\)"$/\1/p'; }
# $2, or the end of the walk when it is blank.
need() { [ -n "$2" ] || fail "there is no $1"; printf '%s' "$2"; }

event_api=$(need 'Event API in the ready file' "$(place event_api base)")
em_token=$(need 'token of a web application in the ready file' "$(place event_api token)")
dataverse=$(need 'Dataverse in the ready file' "$(place dataverse url)")/api/data/$(place dataverse api_version)
ca=$(printf '%s' "$ready_json" | text ca_cert)
if [ -n "$ca" ]; then export CURL_CA_BUNDLE="$ca"; fi

# Calls the Web API: method, path, and a body if there is one. Prints the answer's body; a refusal ends the walk.
web_api() {
    method=$1 path=$2
    shift 2
    if [ $# -gt 0 ]; then set -- -d "$1" -H 'Content-Type: application/json; charset=utf-8'; fi
    curl -sS -g --fail-with-body -X "$method" "$dataverse/$path" -H "Authorization: Bearer $bearer" \
        -H 'Accept: application/json' -H 'OData-MaxVersion: 4.0' -H 'OData-Version: 4.0' -H 'Prefer: return=representation' "$@" \
        || fail "$method $path was refused"
}

step '1. Sign in, as the application user that the organizer set up'
bearer=$(curl -sS "$(place entra token_url)" -d grant_type=client_credentials -d "client_id=$(place entra client_id)" \
    --data-urlencode "client_secret=$(place entra client_secret)" --data-urlencode "scope=$(place dataverse url)/.default" | text access_token)
bearer=$(need 'access token' "$bearer")

step '2. Create an event: attendees register through the Event API, the payment gateway is on, its provider is chosen'
provider=$(web_api GET 'msevtmgt_paymentproviders?$select=msevtmgt_name&$top=1' | text msevtmgt_paymentproviderid)
application=$(web_api GET 'msevtmgt_webapplications?$select=msevtmgt_name&$top=1' | text msevtmgt_webapplicationid)
currency=$(web_api GET "transactioncurrencies?\$select=isocurrencycode&\$filter=isocurrencycode%20eq%20'USD'" | text transactioncurrencyid)
readable_id=Walk_$(date +%s)$$
event=$(web_api POST msevtmgt_events '{
  "msevtmgt_name": "A walk", "msevtmgt_readableeventid": "'"$readable_id"'",
  "msevtmgt_eventstartdate": "2031-05-01T09:00:00Z", "msevtmgt_eventenddate": "2031-05-01T17:00:00Z", "msevtmgt_eventtimezone": 92,
  "msevtmgt_maximumeventcapacity": 20, "msevtmgt_websitepreference": 192350002, "msevtmgt_publishstatus": 100000000,
  "payloop_enablepaymentgateway": true,
  "payloop_PaymentProviderId@odata.bind": "/msevtmgt_paymentproviders('"$provider"')",
  "payloop_WebApplicationId@odata.bind": "/msevtmgt_webapplications('"$application"')",
  "transactioncurrencyid@odata.bind": "/transactioncurrencies('"$currency"')"
}' | text msevtmgt_eventid)
event=$(need 'event' "$event")
echo "   event $event"

step '3. Add a pass, and set its price'
pass=$(web_api POST msevtmgt_passes '{
  "msevtmgt_name": "Standard", "msevtmgt_passprice": 49.50, "msevtmgt_noofpassesallocated": 10,
  "msevtmgt_EventId@odata.bind": "/msevtmgt_events('"$event"')"
}' | text msevtmgt_passid)
pass=$(need 'pass' "$pass")
echo "   pass id $pass"

registration='{"attendees":[{"lastName":"Doe","firstName":"Jane","email":"Jane@contoso.com","passId":"'"$pass"'"}]}'
# Registers; prints the status and the body.
register() {
    curl -sS -w '\n%{http_code}' "$event_api/events/$readable_id/registrations?emApplicationtoken=$em_token" \
        -H 'Accept: */*' -H 'Content-Type: application/json' -d "$registration"
}

step '4. Nobody can register before the event is live; set it live'
draft=$(register)
[ "$(printf '%s' "$draft" | tail -n 1)" = 404 ] || fail "a draft took a registration: $draft"
web_api PATCH "msevtmgt_events($event)" '{"msevtmgt_publishstatus": 100000003}' > /dev/null
echo "   readable event id $readable_id"

step '5. Register, with the body that the documentation prints'
answer=$(register)
[ "$(printf '%s' "$answer" | tail -n 1)" = 200 ] || fail "the registration was refused: $answer"
link=$(need 'redirectUrl' "$(printf '%s' "$answer" | text 'redirectUrl *')")
purchase=$(need 'purchaseId in the link' "$(printf '%s' "$link" | sed -n 's/.*[?&]purchaseId=\([^&]*\).*/\1/p')")
return_url=$(printf '%s' "$link" | sed -n 's/.*[?&]returnUrl=\([^&]*\).*/\1/p' | sed 's/%3A/:/g; s/%2F/\//g')
echo "   $link"

step '6. Follow the link: the completion service leads to the payment page'
page=$(curl -sS -L -o /dev/null -w '%{url_effective}' "$link")
case $page in */c/pay/*) echo "   $page" ;; *) fail "the link does not lead to a payment page, but to $page" ;; esac

step '7. Pay with card 4242 4242 4242 4242; the payment page waits for the webhook and returns to the registration page'
landed=$(curl -sS -o /dev/null -w '%{redirect_url}' "$page" -d email=jane@contoso.com --data-urlencode 'name=Jane Doe' \
    -d method=card -d card_number=4242424242424242 -d card_expiry=12/45 -d card_cvc=123)
[ "${landed%/}" = "$return_url" ] || fail "the buyer is not back at $return_url, but at ${landed:-the payment page}"
echo "   back at $landed"

# The purchase $1 as the organizer sees it.
purchase() { web_api GET "msevtmgt_eventpurchases($1)?\$select=msevtmgt_paid,msevtmgt_processed,msevtmgt_totalprice"; }

step '8. The service has finalized the registration'
paid=$(purchase "$purchase")
case $paid in *'"msevtmgt_paid":true'*) ;; *) fail "the purchase is not paid: $paid" ;; esac
case $paid in *'"msevtmgt_processed":true'*) echo '   paid and processed' ;; *) fail "the purchase is not processed: $paid" ;; esac

step '9. Register once more, and finalize by hand instead of paying'
again=$(register | text 'redirectUrl *' | sed -n 's/.*[?&]purchaseId=\([^&]*\).*/\1/p')
again=$(need 'second purchase' "$again")
web_api POST msevtmgt_finalizeregistrationpayment '{"msevtmgt_purchaseid":"'"$again"'","msevtmgt_paymentstatus":100000001}' > /dev/null
paid=$(purchase "$again")
case $paid in *'"msevtmgt_paid":true'*) echo '   paid' ;; *) fail "the purchase is not paid: $paid" ;; esac

step '10. Two are registered'
count=$(curl -sS "$event_api/events/$readable_id/registrations/count?emApplicationtoken=$em_token")
[ "$count" = 2 ] || fail "the event counts $count registrations, not 2"
echo 'The walk is done.'
