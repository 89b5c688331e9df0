// Finalizes the payment of a purchase as a page in the organization's own origin does: by its session, without a token.
const form = document.getElementById('finalize');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const output = form.querySelector('output');
  const call = new XMLHttpRequest();
  call.open('POST', '/api/data/v9.1/msevtmgt_finalizeregistrationpayment');
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json; charset=utf-8', 'OData-MaxVersion': '4.0', 'OData-Version': '4.0' };
  for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
  call.onload = () => {
    const problem = call.responseText && JSON.parse(call.responseText).error;
    output.value = problem ? `${call.status} ${problem.code} ${problem.message}` : `${call.status}`;
  };
  call.onerror = () => {
    output.value = 'No answer.';
  };
  output.value = '';
  call.send(JSON.stringify({ msevtmgt_purchaseid: form.purchase.value.trim(), msevtmgt_paymentstatus: Number(form.status.value) }));
});
