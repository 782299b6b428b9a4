// Entry of the delivery process; only the event server starts it.
const { load } = await import('./load.js')
const { runDeliveryProcess } = await load('delivery/delivery-process')
runDeliveryProcess()
